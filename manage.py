#!/usr/bin/env python3
"""The one door: makes the project's environment where there is none, then runs a command in it."""

import os
import sys

USAGE = """usage: python3 manage.py COMMAND

  demo      start everything with a believable company's data and print the address and a sign-in
            [--port N] [--state-dir DIR] [--detach] [--scale N]
  start     start everything without data [--port N] [--state-dir DIR] [--detach]
  stop      stop it, in order [--state-dir DIR]
  status    print what runs as JSON; exit code 1 when nothing does [--state-dir DIR]
  test      run the tests with servers of their own [any argument of pytest]
  lint      run every check
  bench     run the benchmarks [NAME]
  help      list Django's commands: import_file, token, metric, createsuperuser, migrate, docs, ...

Settings come from the environment; .env.example lists them."""


def main() -> None:
    """Run the command that the command line names, inside the environment; exit with its code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is who tells those that have an older one
        found = ".".join(str(number) for number in sys.version_info[:2])
        sys.exit("cxhub needs Python 3.11 or newer; this is Python " + found + " (" + sys.executable + ").")
    if len(sys.argv) < 2 or sys.argv[1] in {"-h", "--help"}:
        print(USAGE)
        sys.exit(0 if len(sys.argv) > 1 else 2)
    sys.exit(_run(sys.argv[1], sys.argv[2:]))


def _run(command: str, arguments: "list[str]") -> int:
    # until enter() has returned only the standard library may be imported: the packages may not be there
    from pathlib import Path  # noqa: PLC0415

    from cxhub.launcher import environment, messages, platforms, state  # noqa: PLC0415

    checkout = Path(__file__).resolve().parent
    here = state.State(state.state_folder(state.state_folder_in(arguments), checkout))
    try:
        if command in {"stop", "status"} and not here.run():
            print("Nothing is running." if command == "stop" else '{"running": false}')
            return 0 if command == "stop" else 1
        if command in {"start", "demo", "test", "bench"}:
            platforms.check_platform()
        environment.enter(command, checkout, here.logs / "pip.log")
        from cxhub.launcher import commands  # noqa: PLC0415

        return commands.run(command, arguments)
    except messages.LaunchError as error:
        messages.complain(f"\n{error}")
        return 1
    except BrokenPipeError:  # whoever read our output has heard enough, as 'head' has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    main()
