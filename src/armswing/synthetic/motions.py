"""The motions by the names that tests and notebooks write: ``pull(side="left", flare_deg=60)``."""

from __future__ import annotations

from armswing.synthetic.everyday import CounterSwing, PickingUp, Standing, Talking
from armswing.synthetic.exercises import Lift, Pull, Push
from armswing.synthetic.gait import GettingIntoPosition, Running, Walking

pull = Pull
push = Push
lift = Lift
walking = Walking
running = Running
standing = Standing
talking = Talking
getting_into_position = GettingIntoPosition
picking_up = PickingUp
counter_swing = CounterSwing
