"""The only room that talks to language models: the embedded one and any OpenAI-compatible server, the same way.

openai, instructor, tiktoken and xllamacpp take a second to import, so they are imported where they are first needed.
"""

import logging

# What is sent to a model and what it answers, a wrap's text included: off unless somebody has given it a level.
text_log = logging.getLogger("llm_wrap.text")
if text_log.level == logging.NOTSET:
    text_log.setLevel(logging.CRITICAL)
