"""docs/models.md says what is so."""

import re
import tomllib
from pathlib import Path

from nodes.policies.model.prices import price_of
from toolgrad_data.cli.group import load_command
from toolgrad_data.runs.settings import run_settings

PAGE = (Path(__file__).parents[3] / "docs" / "models.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_every_option_exists() -> None:
    generate = load_command("generate")
    known = {option for parameter in generate.params for option in parameter.opts} | {"--rejected"}
    told = "\n".join(line for line in PAGE.splitlines() if not line.startswith("$ vllm"))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", told)) <= known


def test_the_files_can_be_read(tmp_path: Path) -> None:
    settings, prices = blocks("toml")
    config, table = tmp_path / "run.toml", tmp_path / "prices.toml"
    config.write_text(settings)
    table.write_text(prices)
    context = run_settings({"samples": 1, "out": tmp_path}, config).context
    assert (context.writer, context.model_settings["synthesize"].temperature) == ("openai:gpt-5-mini", 0.9)
    for host, models in tomllib.loads(prices).items():
        for model in models:
            url = f"https://{host if host != '*' else 'any.example.com'}/v1"
            assert price_of(model, url, str(table)) is not None
    # The text has it in a sentence.
    inline = re.search(r"`(extra_body = .*?)`", PAGE)
    assert inline is not None
    config.write_text(inline[1])
    assert run_settings({"samples": 1, "out": tmp_path}, config).context.extra_body


def test_the_urls_are_accepted(tmp_path: Path) -> None:
    urls = re.findall(r"--base-url (\S+?)[` ]", PAGE)
    assert len(urls) >= 6
    for url in urls:
        assert run_settings({"samples": 1, "out": tmp_path, "base_url": url}).context.base_url == url
