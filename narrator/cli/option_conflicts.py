"""Refuses options that a command would otherwise leave aside without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping


def refuse_together(option: str, others: Mapping[str, object]) -> None:
    """Check that no option is given that does not go with another one, which is given.

    Args:
        option: The option that is given, such as `--interactive`.
        others: The values of other options by their names; None, False and "" are not given.

    Raises:
        OptionError: one of the others is given too.
    """
    for other, value in others.items():
        if value:
            raise OptionError(f"{other} does not go with {option}", "use one of them")


def refuse_without(needed: str, options: Mapping[str, object], hint: str = "") -> None:
    """Check that no option is given that has no effect without another one, which is not given.

    Args:
        needed: What is not given, such as `--audition`.
        options: The values of options by their names; None, False and "" are not given.
        hint: What to do instead; by default, to add what is needed.

    Raises:
        OptionError: one of the options is given.
    """
    for option, value in options.items():
        if value:
            raise OptionError(f"{option} needs {needed}", hint or f"add it, or remove {option}")
