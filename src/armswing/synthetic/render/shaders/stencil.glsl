// Depth for the next pass: near where a texture says "nobody here" (< 0), so that its pixels are not even begun.

uniform sampler2D source;
uniform float scale;   // texels of it per pixel

void main() { gl_FragDepth = texelFetch(source, ivec2(gl_FragCoord.xy * scale), 0).r < 0.0 ? 0.25 : 0.75; }
