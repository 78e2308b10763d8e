from typing import Any, Callable, Optional

class LoadedScenario:
    @property
    def name(self) -> str: ...
    @property
    def json(self) -> str: ...
    @property
    def warnings(self) -> list[str]: ...

def load(
    name: str,
    text: Optional[str],
    seed: Optional[int],
    replicates: Optional[int],
    months: Optional[int],
    authorities: list[str],
    without: list[str],
    also_adopt: list[str],
    set: list[str],
) -> LoadedScenario: ...
def run(
    scenario: LoadedScenario,
    split: bool,
    threads: int,
    output: str,
    shard: str,
    resume: bool,
    until: str,
    at_most: int,
    command: str,
    progress: Optional[Callable[[float, float], object]],
) -> dict[str, Any]: ...
def resolve(scenario: LoadedScenario, prefix: str, arm: str) -> list[tuple[Any, ...]]: ...
def calibrate(
    origin: Optional[int],
    replicates: int,
    draws: int,
    seed: int,
    sample: float,
    threads: int,
    output: str,
    progress: Optional[Callable[[str], object]],
) -> str: ...
def check_result(file: str) -> None: ...
def scenario_directories() -> list[str]: ...
def build_identity() -> dict[str, str]: ...
