"""How much single calls are given: no other thread runs until such a call is done."""

from __future__ import annotations


class Longest:
    """The most that any of some functions was given at once, or told to look at."""

    def __init__(self) -> None:
        self.given = 0  # bytes, or characters

    def of(self, owner: object) -> Measured:
        """``owner``, a module, a pattern or a decoder, whose functions are measured."""
        return Measured(owner, self)


class Measured:
    """Stands for what owns these functions."""

    def __init__(self, owner: object, longest: Longest) -> None:
        self._owner = owner
        self._longest = longest

    def __getattr__(self, name: str) -> object:
        function = getattr(self._owner, name)

        def measured(*arguments):
            text = max((each for each in arguments if isinstance(each, bytes | str)), key=len)
            places = [each for each in arguments if isinstance(each, int)]
            begin, end = (*places, len(text)) if len(places) == 1 else places or (0, len(text))
            self._longest.given = max(self._longest.given, end - begin)
            return function(*arguments)

        return measured
