"""``armswing doctor``: is everything there that an analysis needs."""

from __future__ import annotations

import typer


def doctor() -> None:
    """Check this installation, and say what to do about each fault."""
    from rich.text import Text

    from armswing.cli.console import results
    from armswing.io.health import Health, check_up

    console = results()
    words = {Health.WELL: ("ok", "green"), Health.NOTE: ("note", "yellow"), Health.FAULT: ("FAULT", "bold red")}
    stopping = 0
    for check in check_up():
        word, style = words[check.health]
        console.print(Text(f"{word:<6}", style=style) + Text(f"{check.name}: {check.found}", style=""))
        if check.remedy:
            console.print(Text(f"      → {check.remedy}"))
        stopping += check.health is Health.FAULT
    console.print()
    if stopping:
        console.print(f"{stopping} fault{'s' if stopping > 1 else ''} to mend before videos can be analyzed.")
        raise typer.Exit(1)
    console.print("All well: videos can be analyzed.")
