// The person's shadow on the floor: darkens the finished room.

uniform sampler2D room;      // a: distance, m; negative on the floor
uniform sampler2D shadows;

out vec4 colour;

void main() {
    vec2 at = gl_FragCoord.xy * pass.xy;
    float t = texelFetch(room, ivec2(gl_FragCoord.xy), 0).a;
    vec3 p = ray_origin(at) + ray_direction(at) * abs(t) / film.y;
    float sun = lit(shadows, p, 0.030, 0.004), near = lit(shadows, p, 0.16, 0.004);
    colour = vec4(0.0, 0.0, 0.0, t < 0.0 ? 0.30 * (1.0 - sun) + 0.14 * (1.0 - near) : 0.0);
}
