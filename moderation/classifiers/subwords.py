"""The tokeniser of the models: the embedding and the second reader come with the same one, and share it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(2)
def load_tokenizer(described: bytes) -> Any:
    """The ``tokenizers.Tokenizer`` that a file describes, once for all models with that file: it takes 12 MB.

    Whoever loads it leaves it as it is. Raises a bare ``Exception``, the only class that tokenizers raises.
    """
    from tokenizers import Tokenizer

    return Tokenizer.from_str(described.decode())
