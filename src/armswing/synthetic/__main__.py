"""``python -m armswing.synthetic render`` renders a motion into a video with its truth beside it."""

from __future__ import annotations

import difflib
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from armswing.errors import ArmswingError, ConfigError
from armswing.synthetic import motions
from armswing.synthetic.athlete import perform
from armswing.synthetic.body import Body
from armswing.synthetic.camera import Camera
from armswing.synthetic.motion import Motion

T = TypeVar("T")

EXIT_WRONG = 2
MOTIONS: dict[str, type[Motion]] = {
    name: value
    for name, value in vars(motions).items()
    if name.islower() and isinstance(value, type) and issubclass(value, Motion)
}
_COLOUR = typer.Option(metavar="R,G,B", help="Linear, each 0 to 1; that of the look without.")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _synthetic() -> None:
    """Make videos of the synthetic athlete."""


@app.command()
def render(
    motion: Annotated[str, typer.Argument(metavar="MOTION", help=f"What is done: {', '.join(sorted(MOTIONS))}.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The video, .mp4.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the motion: side=left, flare_deg=60, ..."),
    ] = None,
    body: Annotated[
        list[str] | None,
        typer.Option("--body", metavar="NAME=VALUE", help="A measure of the body: stature=1.6, girth=1.1, arm, leg."),
    ] = None,
    size: Annotated[str, typer.Option(metavar="WxH", help="The picture in pixels; 480x640 is upright.")] = "640x480",
    fps: Annotated[float, typer.Option(help="Pictures a second.")] = 30.0,
    duration: Annotated[float | None, typer.Option(metavar="S", help="How long; the whole motion without.")] = None,
    yaw: Annotated[float, typer.Option(help="Camera: 0 front, 90 on the person's left, degrees.")] = -40.0,
    pitch: Annotated[float, typer.Option(help="Camera looking down, degrees.")] = 0.0,
    roll: Annotated[float, typer.Option(help="Camera held askew, degrees.")] = 0.0,
    distance: Annotated[float, typer.Option(help="Camera to the middle of the room, m.")] = 4.2,
    height: Annotated[float, typer.Option(help="Camera above the floor, m.")] = 0.95,
    focal: Annotated[float, typer.Option(help="Focal length in picture heights.")] = 1.35,
    look: Annotated[str, typer.Option(metavar="NAME", help="What the person looks like: a, b, c, d, e.")] = "a",
    skin: Annotated[str | None, _COLOUR] = None,
    hair: Annotated[str | None, _COLOUR] = None,
    shirt: Annotated[str | None, _COLOUR] = None,
    shorts: Annotated[str | None, _COLOUR] = None,
    shoes: Annotated[str | None, _COLOUR] = None,
    hair_style: Annotated[str | None, typer.Option(help="short, bun, shaved; that of the look without.")] = None,
    loose: Annotated[
        float | None, typer.Option(help="Clothes: 0 = close, 1 = two sizes too large; those of the look without.")
    ] = None,
    sleeve: Annotated[float | None, typer.Option(help="Length of the sleeves as a share of the upper arm.")] = None,
    trousers: Annotated[float | None, typer.Option(help="Length of the shorts as a share of the thigh.")] = None,
    tights: Annotated[bool | None, typer.Option(help="In the colour of the shorts.", show_default=False)] = None,
    weight: Annotated[str, typer.Option(help="What is held: none, dumbbell, cable.")] = "none",
    weight_side: Annotated[str, typer.Option(help="In which hand: working, left, right, both.")] = "working",
    light: Annotated[float, typer.Option(help="1 = good, .25 = poor.")] = 1.0,
    motion_blur: Annotated[float, typer.Option(help="Share of the time that the shutter is open.")] = 0.0,
    sensor_noise: Annotated[float, typer.Option(help="Standard deviation, in levels of 0 to 255.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Another one, another noise.")] = 0,
    bystander: Annotated[str, typer.Option(help="Somebody else behind: none, standing, moving.")] = "none",
    crop: Annotated[
        str, typer.Option(metavar="L,T,R,B", help="Shares of the picture cut away: left, top, right, bottom.")
    ] = "0,0,0,0",
    supersampling: Annotated[int, typer.Option(help="2 = smoother edges, four times the work.")] = 1,
    crf: Annotated[float, typer.Option(help="Compression: 23 good, 35 often forwarded, 45 hardly bearable.")] = 23.0,
) -> None:
    """Render a motion of the synthetic athlete into FILE, and its exact truth into FILE's name with .truth.json."""
    from armswing.synthetic.render import LOOKS, Picture, write_video

    camera = Camera(
        yaw=yaw, pitch=pitch, roll=roll, distance=distance, height=height, focal=focal, size=_numbers("size", size, 2)
    )
    picture = Picture(
        light=light,
        motion_blur=motion_blur,
        sensor_noise=sensor_noise,
        bystander=bystander,  # type: ignore[arg-type]  # Picture checks it
        crop=_numbers("crop", crop, 4),
        supersampling=supersampling,
        seed=seed,
    )
    colours = {"skin": skin, "hair": hair, "shirt": shirt, "shorts": shorts, "shoes": shoes}
    cut = {"hair_style": hair_style, "loose": loose, "sleeve": sleeve, "trousers": trousers, "tights": tights}
    own: dict[str, Any] = {name: _numbers(name, text, 3) for name, text in colours.items() if text is not None}
    own |= {name: value for name, value in cut.items() if value is not None}
    own |= {"weight": weight, "weight_side": weight_side}
    worn = replace(_named("look", look, LOOKS), **own)
    done = perform(
        _made(_named("motion", motion.replace("-", "_"), MOTIONS), settings or []),
        body=_made(Body, body or []),
        camera=camera,
        fps=fps,
        duration_s=duration,
    )
    write_video(output, done, look=worn, picture=picture, crf=crf)
    print(f"{output}: {len(done.points)} pictures, {len(done.truth.reps)} repetitions")


def _named(kind: str, name: str, known: dict[str, T]) -> T:
    """Return what has a name, or say which names there are."""
    if name not in known:
        raise ConfigError(f"{kind} must be one of {', '.join(sorted(known))}, got {name!r}")
    return known[name]


def _numbers(name: str, text: str, count: int) -> Any:
    """Return so many numbers as a tuple: ``640x480`` or ``0,0,0,.2``."""
    parts = text.replace("x", ",").split(",")
    try:
        values = tuple(int(part) if part.strip().isdigit() else float(part) for part in parts)
    except ValueError:
        values = ()
    if len(values) != count:
        raise ConfigError(f"{name} must be {count} numbers, got {text!r}")
    return values


def _made(kind: type[T], settings: list[str]) -> T:
    """Make a motion or a body with some of its parameters set."""
    known = {part.name: part.default for part in fields(kind)}  # type: ignore[arg-type]  # all are dataclasses
    values: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ConfigError(f"a parameter is set by NAME=VALUE, got {setting!r}")
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
            raise ConfigError(f"{kind.__name__.lower()} has no parameter {name!r}{hint}")
        values[name] = _value(name, text, known[name])
    return kind(**values)


def _value(name: str, text: str, default: object) -> float | str:
    """Return a parameter as what its default is: a whole number, a number or a word."""
    if not isinstance(default, int | float):
        return text
    try:
        return int(text) if isinstance(default, int) else float(text)
    except ValueError:
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise ConfigError(f"{name} must be {kind}, got {text!r}") from None


def main() -> None:
    """Run the command and leave with its exit code."""
    try:
        app(prog_name="python -m armswing.synthetic")
    except ArmswingError as error:
        print(f"armswing: {error}", file=sys.stderr)
        sys.exit(EXIT_WRONG)


if __name__ == "__main__":
    main()
