"""A language model that writes an answer from numbered passages: optional, never trusted, every sentence checked.

KamerwijzerError
└── GeneratorError    the model gives no usable text (`kind` says why)
"""

from rag.generate.client import ChatClient
from rag.generate.contract import Generator, GeneratorError, Message
from rag.generate.environment import generator_from_environment
from rag.generate.scripted import ScriptedGenerator
from rag.generate.write import written

__all__ = [
    "ChatClient",
    "Generator",
    "GeneratorError",
    "Message",
    "ScriptedGenerator",
    "generator_from_environment",
    "written",
]
