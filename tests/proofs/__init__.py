"""Proofs about the morning run, each a command that prints its figures; CI runs short forms of them (tests/delivery).

    python -m tests.proofs.kill         a thousand SIGKILLs; --no-sent-folder; --server postfix; --strategy that has to fail
    python -m tests.proofs.race         processes at once over one outbox
    python -m tests.proofs.smtp_faults  a mail server that misbehaves, fault by fault
    python -m tests.proofs.llm_faults   a model server that does
    python -m tests.proofs.soak         two spells of sixty mornings; --faketime runs the command itself on a turned clock
    python -m tests.proofs.mutants      the mutation score (pip install -e '.[mutants]'); --sample N draws some, with an interval

`--help` tells the rest. The last figures of each stand in the README.
"""
