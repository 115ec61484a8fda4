// Corners of tiles, in shares of the picture; window depth 0.5.

in vec2 corner;

void main() { gl_Position = vec4(2.0 * corner - 1.0, 0.0, 1.0); }
