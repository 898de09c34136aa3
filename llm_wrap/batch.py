"""Many wraps at once, over all cores. In: paths; out: one JSON-able result a file, in the order of the paths.

A file that cannot be read is a result with an error, and so is one whose worker died: one bad file stops nothing.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from llm_wrap.brief.document import wrap_document
from llm_wrap.errors import InputError
from llm_wrap.parsing import require_wrap
from llm_wrap.sources import DEFAULT_LIMIT, read_wrap_text

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

CHUNK = 16  # files a task: starting a task costs about as much as parsing one
_IN_PROCESS = 2 * CHUNK  # so few files are parsed before a pool has started

Result = dict[str, object]


def parse_one(name: str, *, limit: int = DEFAULT_LIMIT) -> Result:
    """One file's result: `file`, `error` (null, or one line), and the document of `parse --format json` (or null)."""
    try:
        source = read_wrap_text(name, limit=limit)
        result = require_wrap(source.text, name)
    except InputError as error:
        return {"file": name, "error": str(error), "document": None}
    if source.mail is not None:
        from llm_wrap.attachments import add_others

        result = add_others(result, source)
    return {"file": name, "error": None, "document": wrap_document(result)}


def parse_many(names: Iterable[str], *, workers: int | None = None, limit: int = DEFAULT_LIMIT) -> Iterator[Result]:
    """The results of all files, in order, each as soon as it and those before it are there.

    Args:
        workers: processes; all cores by default, 1 for none but this one.
    """
    listed = tuple(names)
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(listed) <= _IN_PROCESS:
        for name in listed:
            yield parse_one(name, limit=limit)
        return
    chunks = [listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK)]
    yield from _parse_chunks(chunks, min(workers, len(chunks)), limit)


def _parse_chunk(names: Sequence[str], limit: int) -> list[Result]:
    return [parse_one(name, limit=limit) for name in names]


def _parse_chunks(chunks: Sequence[Sequence[str]], workers: int, limit: int) -> Iterator[Result]:
    from concurrent.futures.process import BrokenProcessPool

    waiting = iter(chunks)
    pool = _start_pool(workers)
    try:
        running: deque[tuple[Sequence[str], Future[list[Result]]]] = deque()
        while True:
            for chunk in islice(waiting, 4 * workers - len(running)):
                running.append((chunk, pool.submit(_parse_chunk, chunk, limit)))
            if not running:
                return
            chunk, future = running.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                # The pool is lost, not the files: the rest gets a new one, and the files in doubt one process each.
                pool.shutdown(wait=False, cancel_futures=True)
                for name in chunk:
                    yield _parse_alone(name, limit)
                pool = _start_pool(workers)
                running = deque((names, pool.submit(_parse_chunk, names, limit)) for names, _ in running)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _parse_alone(name: str, limit: int) -> Result:
    """One file in a process of its own, which it may take down."""
    from concurrent.futures.process import BrokenProcessPool

    with _start_pool(1) as pool:
        try:
            return pool.submit(_parse_chunk, (name,), limit).result()[0]
        except BrokenProcessPool:
            return {"file": name, "error": f"{name} broke the process that read it: parse it alone.", "document": None}


def _start_pool(workers: int) -> ProcessPoolExecutor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A forked child inherits the locks of the caller's threads (a progress bar has one); a spawned one does not.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_end_on_interrupt)
    with _interrupts_held():
        for _ in range(workers):  # a task starts a process while none is idle: here, and not at some later task
            pool.submit(int)
    return pool


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C goes to every process of the terminal; it waits in this one, and in those that start here till they can end."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_on_interrupt() -> None:
    """In a worker: Ctrl-C ends it at once and without a traceback; the process that reads its results has the last word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
