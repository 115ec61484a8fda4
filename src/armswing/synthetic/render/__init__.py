"""Pictures of the synthetic athlete: a performance rendered frame by frame, or written as a video with its truth.

The person is a signed-distance body in a gym, drawn by OpenGL shaders without a screen; no mesh, texture
or recorded motion is involved.  It needs the extra ``render`` and EGL: ``pip install "armswing[render]"``, and on
Debian ``libegl1 libegl-mesa0 libgl1 libgl1-mesa-dri``.

>>> from armswing.synthetic import Camera, perform, pull
>>> from armswing.synthetic.render import LOOKS, Picture, render
>>> done = perform(pull(reps=1, flare_deg=60), camera=Camera(yaw=45, size=(320, 240)), fps=5)
>>> pictures = render(done, look=LOOKS["b"], picture=Picture(light=0.5))  # nothing is rendered yet
"""

from armswing.synthetic.render.frames import render
from armswing.synthetic.render.look import LOOKS, Look
from armswing.synthetic.render.picture import Picture
from armswing.synthetic.render.video import truth_of, write_video

__all__ = ["LOOKS", "Look", "Picture", "render", "truth_of", "write_video"]
