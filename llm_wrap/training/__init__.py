"""Makes the adapter that teaches the embedded model the label guide: data set, LoRA training, GGUF export, evaluation.

Nothing here runs when a brief is made. torch and transformers come with the extra `train`, and
are imported where they are first needed.
"""
