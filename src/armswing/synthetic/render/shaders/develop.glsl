// The room as the camera sees it.

uniform sampler2D room;

out vec4 colour;

void main() { colour = vec4(developed(texelFetch(room, ivec2(gl_FragCoord.xy), 0).rgb, gl_FragCoord.xy * pass.xy), 1.0); }
