"""Runs an audit in shards on Ray.

Every task is one call of `plumbline shard STEP`, and everything between the tasks is files in the folder of the run. So
a task can be run again anywhere, and a driver that is started again goes on with what is left. This file places the
tasks, repeats those whose process died, and says how far they are. It knows nothing about images.

    python plumbline_ray.py SOURCE RUN [options of `plumbline shard plan`, as --NAME=VALUE]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

try:
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
except ModuleNotFoundError:
    sys.exit(
        f"Ray is not installed for {sys.executable}. "
        f'Install it with `{sys.executable} -m pip install "ray[default]"`, or name another Python in PLUMBLINE_PYTHON.'
    )

FAILED = 3
CANCELLED = 130
#: A task is repeated this many times when its process or its machine dies.
RETRIES = 3
#: Tasks that wait on the cluster for each core. More would make a cancellation slow.
WAITING_PER_CORE = 4
PROGRESS_SECONDS = 2.0


class NodeDied(RuntimeError):  # noqa: N818
    """The process of a step ended without an answer. The step is run again."""


class StepFailed(RuntimeError):  # noqa: N818
    """A step failed for a reason that it states in one sentence. Running it again would not help."""


def command() -> list[str]:
    """How Plumbline is started on the machines of the cluster: a JSON list, or `plumbline`."""
    return list(json.loads(os.environ.get("PLUMBLINE_COMMAND", '["plumbline"]')))


@ray.remote(num_cpus=0, max_restarts=-1)
class Board:
    """Shares of tasks that are done, as the tasks report them. If it dies, it starts again and knows none."""

    def __init__(self) -> None:
        self.shares: dict[int, float] = {}

    def tell(self, task: int, share: float) -> None:
        self.shares[task] = share

    def total(self) -> float:
        return sum(self.shares.values())

    def clear(self) -> None:
        self.shares = {}


def board_here() -> Any:  # noqa: ANN401
    """A board on the machine of this driver, so that no other machine takes it along."""
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    return Board.options(scheduling_strategy=here).remote()


def reported(board: Any) -> float:  # noqa: ANN401
    """Shares of running tasks. A board that is away is no reason to stop: only the estimates need it."""
    try:
        return float(ray.get(board.total.remote()))
    except ray.exceptions.RayActorError:
        return 0.0


def message_in(line: str) -> dict[str, Any] | None:
    """What a step says in a line of JSON; None for any other text, such as a warning of Node or half a line."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def call(step: str, options: list[str], board: Any, task: int) -> dict[str, Any]:  # noqa: ANN401
    """One call of the command line. Its standard input is open as long as this process lives: then it ends too."""
    child = subprocess.Popen(
        [*command(), "shard", step, *options, "--leash"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    last = ""
    try:
        assert child.stdout is not None
        for line in child.stdout:
            said = message_in(line)
            if said is None:
                last = line.strip() or last
                continue
            if "result" in said:
                child.wait()
                return dict(said["result"])
            if "error" in said:
                raise StepFailed(said["error"]["message"])
            progress = said["progress"]
            if board is not None and progress["total"]:
                board.tell.remote(task, progress["done"] / progress["total"])
        raise NodeDied(f"The step {step} ended with {child.wait()} and without an answer. {last}")
    finally:
        if child.stdin is not None:
            child.stdin.close()
        child.kill()
        child.wait()


@ray.remote(num_cpus=1, max_retries=RETRIES, retry_exceptions=[NodeDied])
def run_step(step: str, options: list[str], board: Any, task: int) -> dict[str, Any]:  # noqa: ANN401
    return call(step, options, board, task)


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def say(text: str) -> None:
    print(text, flush=True)


class Progress:
    """Says how far a stage is, every few seconds."""

    def __init__(self, title: str, total: int, done: int, board: Any) -> None:  # noqa: ANN401
        self.title, self.total, self.done, self.board = title, total, done, board
        self.begun, self.first, self.said = time.monotonic(), float(done), 0.0
        self.text = ""

    def show(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if not last and now - self.said < PROGRESS_SECONDS:
            return
        self.said = now
        share = self.done + (0.0 if last else reported(self.board))
        took = now - self.begun
        moved = share - self.first
        known = not last and moved > 0 and took >= PROGRESS_SECONDS
        left = took * (self.total - share) / moved if known else 0.0
        amount = f"{self.done} of {self.total} shards" if self.total > 1 else f"{min(99, int(share * 100))} %"
        end = f", {duration(took)}" if last else f", {duration(left)} left" if left >= 2 else ""
        text = f"{self.title}: {'done' if last else amount}{end}"
        if text != self.text:
            say(text)
        self.text = text


def run_stage(stage: dict[str, Any], options: list[str], board: Any, running: dict[Any, int]) -> None:  # noqa: ANN401
    """Runs the tasks of a stage that are left. `running` holds those on the cluster, for a cancellation."""
    left = list(reversed(stage["shards"]))
    # Calls of one caller are done in their order: it need not wait.
    board.clear.remote()
    progress = Progress(stage["title"], stage["of"], stage["of"] - len(left), board)
    most = max(1, int(ray.cluster_resources().get("CPU", 1))) * WAITING_PER_CORE
    while left or running:
        while left and len(running) < most:
            shard = left.pop()
            task = run_step.remote(stage["step"], [*options, "--shard", str(shard)], board, shard)
            running[task] = shard
        ready, _ = ray.wait(list(running), timeout=0.5)
        for task in ready:
            ray.get(task)
            board.tell.remote(running.pop(task), 0.0)
            progress.done += 1
        progress.show()
    progress.show(last=True)


def cancel(running: dict[Any, int]) -> None:
    for task in running:
        ray.cancel(task, force=False)
    # The workers end their Node; what does not end in time ends with the worker.
    ray.wait(list(running), num_returns=len(running), timeout=5) if running else None


def sentence(error: BaseException) -> str:
    """The sentence of the step that failed, without Ray's traces."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, (StepFailed, NodeDied)):
        return str(cause)
    if isinstance(error, (StepFailed, NodeDied)):
        return str(error)
    if isinstance(error, ray.exceptions.OutOfMemoryError):
        return "A machine of the cluster has too little memory for one shard. Use more shards or larger machines."
    if isinstance(error, (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError)):
        return "Machines of the cluster died repeatedly. Start the same command again: it goes on with what is left."
    if "timed out during startup" in str(error):
        return "Ray did not start within its 30 seconds, because this machine is busy. Start the same command again."
    return f"The audit on the cluster stopped: {str(error).strip().splitlines()[-1]}"


def audit(asked: argparse.Namespace, planning: list[str], running: dict[Any, int]) -> None:
    run = ["--run", asked.run]
    planned = ray.get(run_step.remote("plan", [*run, "--source", asked.source, *planning], None, 0))
    say(f"{planned['layout']}. {planned['images']} images in {planned['shards']} shards.")
    board = board_here()
    for stage in ray.get(run_step.remote("pending", run, None, 0))["steps"]:
        run_stage(stage, run, board, running)


def end_with_input() -> None:
    """Ends the driver as a signal would when its standard input closes, because the command that started it is gone."""

    def watch() -> None:
        # Not through sys.stdin, whose lock this thread would still hold when Python ends.
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def main() -> int:
    ask = argparse.ArgumentParser(
        description=__doc__, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("source", help="the folder of the images, or s3://BUCKET/PREFIX")
    ask.add_argument("run", help="the folder of the run, or s3://BUCKET/PREFIX")
    ask.add_argument("--local", action="store_true", help="start Ray on this machine")
    ask.add_argument("--leash", action="store_true", help="end when standard input closes")
    asked, planning = ask.parse_known_args()

    interrupted = False

    def interrupt(*_: object) -> None:
        # A terminal sends its signal to this process too, beside the end of the input: only the first one counts.
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            raise KeyboardInterrupt

    def listen() -> None:
        signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGTERM, interrupt)

    listen()
    if asked.leash:
        end_with_input()
    running: dict[Any, int] = {}
    try:
        where: dict[str, Any] = (
            {"include_dashboard": False, "object_store_memory": 80 << 20, "address": "local"}
            if asked.local
            else {"address": "auto"}
        )
        ray.init(logging_level="ERROR", log_to_driver=False, **where)
        # Ray has put its own handler in their place.
        listen()
        audit(asked, planning, running)
        return 0
    except KeyboardInterrupt:
        say("Stopping.")
        cancel(running)
        return CANCELLED
    except Exception as error:
        say(f"plumbline: {sentence(error)}")
        cancel(running)
        return FAILED
    finally:
        ray.shutdown()


if __name__ == "__main__":
    sys.exit(main())
