"""``python -m armswing`` is the command ``armswing``."""

from armswing.cli import main

if __name__ == "__main__":
    main()
