from pathlib import Path
from typing import Any

from gitcp.runtimes import RUNTIMES, Ending
from tests.agents.model_server import ModelServer
from tests.agents.programs import an_agents_launch, codex
from tests.runtimes.programs import never, of_run


def run(folder: Path, model: ModelServer, prompt: str, **given: Any) -> Ending:
    watch, config = given.pop("watch", never), given.pop("config", {})
    launch = an_agents_launch(folder, codex(model, **config), model, prompt, **given)
    return RUNTIMES["codex"].run(launch, watch)


def test_it_answers_and_a_price_list_tells_what_that_cost(tmp_path: Path, model: ModelServer) -> None:
    ending = run(tmp_path, model, "[[say: all done]]")

    assert (ending.exit_code, ending.stopped, ending.failure, ending.error) == (0, None, None, None)
    assert ending.final_text == "all done"
    assert ending.usage is not None
    assert (ending.usage.input_tokens, ending.usage.cached_tokens) == (100, 20)
    assert (ending.usage.output_tokens, ending.usage.reasoning_tokens, ending.usage.turns) == (50, 5, 1)
    assert ending.usage.usd > 0
    assert str(ending.priced_by).startswith("genai-prices ")
    assert ending.session
    assert ending.model == "gpt-5.2-codex"
    assert [asked.headers["authorization"] for asked in model.asked] == ["Bearer key-of-the-test"]


def test_its_tools_work_in_the_checkout_and_a_person_can_follow(tmp_path: Path, model: ModelServer) -> None:
    ending = run(tmp_path, model, "[[bash: echo made > here.txt; cat here.txt]]")

    assert ending.error is None
    assert (tmp_path / "checkout" / "here.txt").read_text() == "made\n"
    log = (tmp_path / "agent.log").read_text()
    assert "> shell: /bin/bash -lc 'echo made > here.txt; cat here.txt'\n    made\n" in log
    assert "2 model calls, 200 tokens in, 100 out, USD 0.00" in log
    assert of_run(tmp_path) == []
