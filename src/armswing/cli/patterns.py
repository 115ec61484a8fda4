"""``armswing patterns``: which exercises there are, and what each wants."""

from __future__ import annotations


def patterns() -> None:
    """List the exercises: what each wants, and its rules."""
    from rich.text import Text

    from armswing.cli.console import results
    from armswing.cli.report import plain_table, show
    from armswing.patterns import describe
    from armswing.patterns import patterns as known

    console = results()
    for name, pattern in sorted(known().items()):
        headline, *paragraphs = describe(name).split("\n\n")
        console.print(Text(f"{name}: {pattern.title.lower()}", style="bold"))
        console.print(" ".join(headline.split()).partition(": ")[2].capitalize())
        for paragraph in paragraphs:
            console.print()
            console.print(" ".join(paragraph.split()))
        console.print()
        table = plain_table(console, ("rule", False), ("weight", True), ("what it looks at", False))
        for rule in pattern.rules:
            table.add_row(rule.code, f"{rule.weight:.0f}" if rule.weight else "limit", rule.title)
        show(console, table)
        console.print()
    console.print("A rule in full: armswing explain CODE")
