"""The only room that talks to language models: the embedded one and any OpenAI-compatible server, the same way.

openai, instructor, tiktoken and xllamacpp take a second to import, so they are imported where they are first needed.
"""
