"""The edge: video files, the pose model and the files that armswing writes.

The only modules that import av, cv2 or mediapipe live here; nothing is imported
until the module that needs it is.
"""
