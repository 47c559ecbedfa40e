"""What an import found wrong is said with its place, and nothing of it commands a terminal."""

from __future__ import annotations

from common.services.importing.findings import Findings


def test_findings_stand_in_the_order_of_their_lines():
    findings = Findings()
    findings.skip("it is bad", line=9, entry="题" * 60)
    findings.repair("it was mended", line=2)
    findings.repair("it is called x")

    assert [str(each) for each in findings.all] == [
        "the source: it is called x (repaired)",
        "line 2: it was mended (repaired)",
        f"line 9, “{'题' * 39}…”: it is bad (skipped)",
    ]
    assert (findings.repaired, findings.skipped) == (2, 1)


def test_titles_cannot_write_beyond_their_line():
    findings = Findings()
    findings.repair("mended", line=1, entry="\x1b[31mred\x1b[0m\nerror: no")

    assert str(findings.all[0]) == "line 1, “ [31mred [0m error: no”: mended (repaired)"


def test_all_are_counted_and_only_the_first_are_kept():
    findings, others = Findings(), Findings()
    for number in range(1500):
        others.skip("bad", line=number)
    findings.take(others)
    findings.repair("mended")

    assert (findings.repaired, findings.skipped) == (1, 1500)
    assert len(findings.all) == 1001
