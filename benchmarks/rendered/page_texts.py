"""What docs/accuracy.md says in words: how to read it, and what was tried."""

from __future__ import annotations

INTRODUCTION = """\
# How accurate it is

<!-- Written by `python benchmarks/accuracy.py --write`; changes by hand are lost. -->

**Everything on this page was measured on rendered people, not on real ones.** Nobody has labelled footage of these
exercises, so the synthetic athlete does them: every joint is known, a renderer makes a video of it, and the video goes
through the same reader, pose model and judgement as a user's. {amount}.

What this cannot tell:

* how the pose model does on real skin, hair, loose clothes, shadows and cluttered rooms; it was trained on photographs
  of real people, and a rendered one may be easier or harder for it;
* how real people move: the athlete's repetitions are smooth and alike; ribs, shoulder blades and legs follow the arm
  by formulas;
* phones that are held by hand, rolling shutters, variable frame rates, bystanders;
* whether a coach would call the same repetitions good: the behaviours are defined by their angles, not by a person's
  verdict.

So read the figures as a comparison of views and quantities, measured under good conditions: what passes here still has
to show it in a gym.

**Truth** is what the same judgement gives on the exact poses of the same performance, seen from 40 degrees off the
front on the working side: one performance has one truth, wherever it is filmed from. So the errors are those of the
pose model and of the view, not of the definitions; where a view hides the turn of the ribs, the coupling is that of the
hip alone, and off by what the ribs do. The turn of the shoulder line is also compared with that of the rib cage itself.

To repeat it:

```
python benchmarks/accuracy.py --half both            # the tables, from the poses that are kept with the code
python benchmarks/accuracy.py --half both --write    # and this page with its pictures
python benchmarks/accuracy.py --half both --render   # renders what is missing first (about an hour on two cores)
```

Delete files in `benchmarks/rendered/poses` to have them rendered again (this needs the extra `render`); `--full` takes
the whole grid."""

TRIED = """\
## What was tried

On the tuning half only, as the estimators were chosen: each figure is that of its own time, and what came later changed
some by a little; today's are in the tables. AUC: turning ribs against still ones, camera 30-60 degrees off the front on
the side of the working arm.

| turn of the trunk, read off | AUC | largest of still ribs | smallest of turning ribs |
| --- | --: | --: | --: |
| yaw of the shoulder line in the pose model's metres | .94 | 17 deg | 11 deg |
| the same, square to the trunk | .94 | 17 deg | 12 deg |
| width of the shoulder line, in trunk lengths | .96 | .15 | .09 |
| width, turned into degrees by the depth the pose model gives the line | 1.00 | 15 deg | 16 deg |
| **width, turned into degrees by what the width lacks of the whole line** | 1.00 | 14 deg | 16 deg |
| geometric mean of that and of the yaw | 1.00 | 15 deg | 17 deg |

Since then the whole line is as long as the pose model's metres make it, at least .70: on 12 further clips of broad and
of narrow people that takes the largest turn of still ribs from 16 to 14 degrees. The whole line in the picture, in
place of its width across the trunk, would tell people apart better (a shrugged shoulder tips the line and leaves it as
long; AUC .97 in place of .96 over all clips but the held-out ones), but it takes exact lifts for half their turn, and
the trunk part would be off by .25 in place of .16.

With the working arm away from the camera none of these gets past .90, from the front and from the side none separates
at all. The still shoulder alone moves by .06-.08 trunk lengths in a press of the arm alone and by .09-.13 in one with a
turning trunk: too close.

| elbow flare, by | mean absolute error |
| --- | --: |
| the pose model's upper arm | 15 deg |
| its upper arm on the true axis of the thorax | 15 deg |
| the true upper arm on its axis of the thorax | 6 deg |
| length missing in the picture put back as depth, up to .58 trunk lengths, the model's sign | 12 deg |
| the same with the sign corrected for the model's bias toward the camera | 11 deg |
| and an elbow that cannot be across the body | 8 deg |
| and not more than this person's arms are drawn long; the far side not offered | 7.1 deg |
| **and an arm that shows its whole length on its way back is so long, and behind the shoulder afterwards** | 6.6 deg |
| the same, refusing where the other sign of depth would change it by over 25 degrees | 7.4 deg, a quarter fewer read |
| the same, the angle in the picture mixed in the more, the more the shoulders face the camera | 11 deg |
| the same, with the length of the arm from the one at rest, from the thigh, or the longest drawn | 7.6, 7.8, 7.8 deg |
| the most likely of all depths, by the errors of the synthetic pose model | 8 deg |
| the two signs of depth followed through the repetition, for the smoothest way | 7.6 to 11 deg |

What passing through the picture tells was found with 52 further clips in sight that neither half holds, with other
bodies, tempos and lenses: there it lowers the error from 11.2 to 8.6 degrees, in rows from 12.5 to 6.0. Presses and
lifts stay at 10, and the far side at 30 degrees at 25.

Another 170 clips of the tuning bodies, with other ways of the arm and from more places, showed what one way of the arm
hides. At the low end of a press from straight ahead the elbow is drawn too near the body (mean error, 40 repetitions):

| flare of a press from straight ahead | error |
| --- | --: |
| what is missing in length put back as depth | 15 deg |
| the elbow not in front of the body, its depth else as drawn, nothing put back | 10 deg |
| **and what is missing put back out to the side** | 7 deg |

At 12-38 degrees on the near side that takes 5.3 to 2.3, at 20-38 on the far side 17 to 9 (all too small), and at 45
there it stays at 18-27. Rows seen from the front and from the far side, whose flare seemed right to 2-6 degrees in four
repetitions, are read 6-23 too small in all of 24. The flare of lifts is off by 9-13 at 25-53 because the pose model
turns the line of the shoulders by .7 of what it should; taking that line to be .66 trunk lengths long takes the lifts
from 12.0 to 9.4 and the rows and presses from 3.5 to 4.0, so it is not done.

The same clips, rows with an upper arm of whole length (mean errors, in upper arms):

| way of the elbow in a row, true 1.5 | as the pose model draws it | with the whole arm |
| --- | --: | --: |
| nearer than 25 degrees, both sides | .73 | .22 |
| 25-53 near | .60 | .18 |
| 53-75 near | .21 | .10 |
| 75 near and more | .07 | .07 |
| 20-38 far | .86 | .51 |
| further round | – | 1.0 |

For presses the same, with the forearm whole as well, changes nothing from straight ahead (.36) and .28 to .23 at 28-40.

From the front a press is found to begin late. Legs compared with the arm from so long before the start (error of the
hip's part, 592 repetitions):

| before the start | rows 15-72 near | presses straight ahead | presses 15-72 near | a late leg earns, exact poses |
| --- | --: | --: | --: | --: |
| nothing | .058 | .123 | .076 | .00 |
| .2 s | .031 | .022 | .012 | .07 |
| .3 s | .031 | .002 | .005 | .15 |
| .4 s | .031 | .001 | .004 | .23 |
| .5 s | .029 | .000 | .007 | .24 |
| .3 s where the legs went by 8 degrees meanwhile | .040 | .002 | .006 | .07 |
| **.3 s where they went by 4 degrees** | .032 | .002 | .007 | .07 |
| .3 s where they went by 2 degrees | .024 | .002 | .004 | .07 |

The turn of the shoulders over the same stretch, from 22 degrees on: what turning ribs and still ones earn.

| from the start, from and to | rows | presses | lifts |
| --- | --: | --: | --: |
| not before, 14 and 21 degrees | .99 and .08 | .55 and .12 | .84 and .02 |
| .3 s before, 14 and 21 | 1.00 and .14 | .85 and .30 | .89 and .00 |
| .3 s before, 16 and 22 | 1.00 and .07 | .83 and .19 | .86 and .00 |
| **.3 s before, 17 and 23** | 1.00 and .07 | .81 and .13 | .82 and .00 |
| .3 s before, 18 and 24 | 1.00 and .06 | .78 and .12 | .78 and .00 |

On the near side every repetition of these clips is counted from 25 degrees on (170), of presses from 12 on (64).
Straight ahead 34 of 52 are in presses and 10 of 52 in rows, of the far arm 26 of 32 and 20 of 36. No combination of how
long arm, upper arm and forearm look follows a press better than what is used (correlation .86, with clips left out).

A skeleton with bones of constant length, fitted to the whole repetition at its end (depths of twelve joints, smooth in
time, drawn toward those of the pose model), against what is done; mean absolute error in degrees before the line in
bold above:

| view | flare | highest elevation | elbow most bent |
| --- | --: | --: | --: |
| 0 | 9.4, fitted 8.8 | 9.1, fitted 7.9 | 21, fitted 27 |
| 30 near | 5.0, fitted 5.1 | 9.8, fitted 7.1 | 21, fitted 16 |
| 30 far | 11.3, fitted 15.9 | 5.0, fitted 4.5 | 33, fitted 41 |
| 45 near | 5.4, fitted 4.7 | 11.1, fitted 9.7 | 21, fitted 11 |
| 60 near | 7.7, fitted 7.4 | 6.3, fitted 9.0 | 8, fitted 6 |
| 90 near | 7.2, fitted 9.1 | 5.1, fitted 9.2 | 11, fitted 6 |
| all | 7.1, fitted 7.6 | 8.0, fitted 8.4 | 18, fitted 14 |

It makes the straightest elbow worse, 14 to 25 degrees. The turn of the shoulder line at 30-60 degrees near comes closer
to that of the ribs, 12.5 to 9.8 degrees, and tells turning from still ones worse, AUC .96 to .90. Smoothness, lengths
and trust in the pose model's depths, each halved and doubled or more, change the flare by half a degree. It takes about
.7 ms a frame, twenty times what all that follows the poses may take. So it is not done.

Limbs that the pose model draws within 20 degrees of the picture, laid flat into it: the straightest elbow 14 to 11, the
most bent one 18 to 16, the elevation 8 as before, the flare 13. But exact poses would then be off by 1 to 5 degrees,
and by up to 19 in single repetitions. So neither is done.

A leg does not swing on a foot that stays. Of the drive of the legs only so much is believed as the way between the
ankles changes in the picture: nothing up to .10 trunk lengths, all from .20 on. Mean absolute errors of 406 repetitions
of the tuning bodies (with 118 further clips; 21 of hinged rows):

| limits | drive of the legs, pull, push, lift | hip part |
| --- | --: | --: |
| feet not looked at | 7.2, 9.3, 9.3 deg | .080 |
| .05 and .15 | 5.5, 8.5, 7.6 | .061 |
| **.10 and .20** | 5.5, 8.4, 7.4 | .061 |
| .12 and .24 | 5.5, 8.4, 7.4 | .061 |
| .15 and .30 | 5.5, 8.9, 7.3 | .065 |
| .20 and .40 | 5.5, 10.6, 7.4 | .079 |

Nearer than 30 degrees to straight ahead both limits shrink with the sine of the degrees, and nearer than 10 nothing is
asked of the feet; without that half a knee drive would be taken for feet that stay: it shows .11 trunk lengths at 10
degrees, .16 at 20, .21 at 30. The errors of the 406 repetitions are then 5.3, 8.4 and 7.6 degrees, and .054.

With the pose model's errors on the synthetic athlete, where both feet are seen, 315 dips on both legs earn .04 on the
average (.15 without), 331 repetitions on planted feet .00 (.06), and of these 646 a wrong leg is named in 15 (40). Of
nine rendered hinged rows of the arm alone, in which the far knee seems to go back by up to 19 cm in depth, four earned
half to all of the hip part, and earn nothing now.

Legs swing fore and aft, and their sideways way in metres is mostly an error of depth. It is taken back the less, the
further a leg is taken to move sideways against the error of its depth, and less still where both legs go forward or
back together, because knees part as they bend. The same 406 repetitions:

| sideways against depth | drive of the legs, pull, push, lift | hip part |
| --- | --: | --: |
| not done | 7.7, 8.6, 8.8 deg | .109 |
| 1 | 6.5, 8.4, 7.9 | .087 |
| .7 | 5.9, 8.4, 7.5 | .072 |
| **.5** | 5.5, 8.4, 7.4 | .061 |
| .4 | 5.3, 8.4, 7.4 | .056 |
| .3 | 5.2, 8.5, 7.5 | .046 |

Tried before the feet were looked at, when nothing done was 9.5, 10.5, 11.2 and .133, and .5 was 6.9, 9.4, 9.4 and .078:

| in its place | drive of the legs, pull, push, lift | hip part |
| --- | --: | --: |
| the way forward from the picture alone | 8.2, 11.3, 10.1 deg | .094 |
| the model's depth 1.5 times | 10.7, 11.2, 10.8 | .131 |
| the model's depth twice | 12.0, 12.0, 11.4 | .134 |
| thighs .75 trunk lengths long | 9.9, 10.2, 9.2 | .134 |
| thighs .85 trunk lengths long | 17.8, 13.4, 19.1 | .177 |

With .35 and the length of the thigh as well the hip part gets worse (.080 to .081-.113). Where a thigh looks shorter
than .85 of its longest, its length put back afterwards takes the drive of lifts from 9.4 to 8.0, that of rows and
presses from 6.9 and 9.2 to 7.1 and 9.6, and leaves the coupling as it is. The axis of the pelvis in each frame, in
place of one for the repetition, does no better (.086 to .086). Taking everybody's knees to be as far apart as the hips
would turn the thighs of filmed people who stand astride by up to 28 degrees.

A row from straight ahead: fifteen clips of the tuning bodies, of which none is counted. The pose model draws a fifth of
the way of the elbow and a third of that of the wrist, twice there and back in one repetition. A combination of what
the picture shows follows the arm in most clips (correlation .9, in one .56), but by the sideways way of the synthetic
hand; the size of the hand correlates by -.96 to .88. Below, the depth of the arm is drawn out, up to what its bones
lack in length; false rows are those of 20 minutes of gestures straight ahead with the pose model's errors:

| depth of the arm | clips counted | largest error of a top | false rows |
| --- | --: | --: | --: |
| **as the pose model has it** | 0 of 15 | – | 0 |
| three times | 8 of 15 | .31 s | 3 |
| three times, less the model's bias toward the camera | 11 of 15 | .25 s | 14 |
| six times, less the same | 11 of 15 | .28 s | 23 |

On one filmed clip of a man who jumps far away each of them counts four rows. So a row from straight ahead is not
offered.

Nor can it be learned: in 26 rows from straight ahead with other ways of the arm, a linear combination of the arm's
points in the picture, its metres and its visibility, learned on the 25 others, follows the elbow with a correlation of
over .8 in 22, most often by a tenth to two thirds of its way, and goes the wrong way in two. With the free arm and the
other shoulder it does in all but one, but by what the synthetic athlete always does with them. With the whole length of
the upper arm it would have to be told on which side the elbow is: where it passes the plane of the picture, the pose
model draws it as deep as at the top.

The pose model guesses depth a second time, as z of its landmarks in the picture. From straight ahead that has the whole
way of the elbow where the metres have a quarter of it, but scatters from frame to frame and overshoots at the wrist.
Taken as it is, it makes a hanging arm bend by 75 degrees. Taken for the direction, with the length that the bone lacks
in the picture (Taylor 2000, Comput Vis Image Underst 80:349), for people who face the camera within 20 to 35 degrees,
and without the gate on the elbow's way in the picture:

| depth of the upper arm | rows straight ahead, tuning half | the same and those at 30 degrees |
| --- | --: | --: |
| **as the pose model has it in metres** | 0 of 6 | 4 of 10 |
| z, at most what the bone lacks | 3 of 6 | 7 of 10 |
| what the bone lacks, its side by z | 4 of 6 | 8 of 10 |
| the same, its side by z and metres together, smoothed over .07 s | 6 of 6 | 10 of 10 |

The error of the elbow's way behind the shoulder falls from .35 to .27 upper arms at 30 degrees near, that of its bend
from 23 to 18 degrees. But with limits a little different the last line counts 8 to 10 of 10, tops are then off by up
to .4 s, and of twelve held-out rows at 0 and 30 degrees it counted 8, one of them with two too many, where 7 are
counted as it is; at 45 degrees the side of the far arm comes out wrong more often. So it is not done.

Half a row seen at 30 degrees bends the elbow by 5 degrees in the pose model's eyes. Limits that let it in, for a second
one like it, count one clip of four more, and 42 in place of 21 false rows in six hours of gestures and standing. So
it is not offered either. Half a press is let in: two clips of four, and no false press.
Straight ahead the pose model draws none to a tenth of its way: of six further clips of the tuning bodies none is
noticed. So half a press is not offered there. Of six rows like the cropped one that is missed above, five are counted;
in the sixth the pose model draws a tenth of the way, with a mirrored one of the same person a third.

A larger dead zone for the turn of the ribs in rows, 16 in place of 14 degrees: of 22 rows of still ribs one in place of
two shows a turn, and the mean error of the trunk part goes from .026 to .034. That was with the turn from the start
on; read from .3 s before it, all exercises have 17 now, see above."""
