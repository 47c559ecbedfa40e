"""Each piece can be done in every way, and ours is measured beside the others."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from scripts.benching import pieces


def test_all_ways_of_all_pieces_are_measured_and_told():
    with pieces.pieces() as found:
        figures = {piece.name: pieces.measure(piece, times=20, rounds=1) for piece in found}
    told = StringIO()

    pieces.report(figures, Console(file=told, width=200))

    assert all(spent > 0 for ways in figures.values() for spent in ways.values())
    assert all(name in told.getvalue() for ways in figures.values() for name in ways)


def test_every_way_is_asked_as_often_and_in_turns():
    asked: list[str] = []
    piece = pieces.Piece("p", {"a": lambda: asked.append("a"), "b": lambda: asked.append("b")})

    pieces.measure(piece, times=2, rounds=2)

    assert asked == list("abaabbaabb")
