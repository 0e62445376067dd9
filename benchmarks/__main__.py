"""Runs all benchmarks, or the named ones."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all of them, in alphabetical order."""
    modules = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    available = [name for name in modules if not name.startswith("_")]
    if unknown := set(names) - set(available):
        sys.exit(
            f"no benchmark is called {', '.join(sorted(unknown))}: there are {', '.join(available)}"
        )
    for name in names or available:
        module = importlib.import_module(f"benchmarks.{name}")
        if not hasattr(module, "main"):
            continue
        print(f"\n== {name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.main()


if __name__ == "__main__":
    main(sys.argv[1:])
