"""The steps of a script: each is a sentence that states what is so. The first that fails ends the script."""

import sys
import time
import traceback

_passed = 0


def step(sentence):
    """Runs the function below it at once and keeps what it returns under the function's name."""

    def run(action):
        global _passed
        begin = time.monotonic()
        try:
            result = action()
        except Exception:
            print(f"FAIL {sentence}")
            traceback.print_exc(file=sys.stdout)
            print(f"{_passed} passed, 1 failed")
            sys.exit(1)
        _passed += 1
        print(f"ok   {sentence} ({round((time.monotonic() - begin) * 1000)} ms)", flush=True)
        return result

    return run


def finish():
    """Says how many steps there were."""
    print(f"{_passed} passed, 0 failed")
