// Finds where a ray meets the person. One program serves three passes: the coarse one marches the cone of a whole
// tile and stops where it may touch, the fine one goes on from there to the surface, the light's makes the shadow map.
// r: distance along the ray, -1 where there is nobody; g: how much of the pixel is covered, 0..1.

uniform sampler2D coarse;    // r: where to begin; -1 = nobody
uniform float coarse_scale;  // texels of it per pixel of this pass; 0 = begin at the box
uniform vec2 stop;           // stop at a distance below stop.x + stop.y * t, m
uniform float step_back;     // 1: give the place before the cone touches; 0: where the surface is
uniform int steps;

out vec2 found;

void main() {
    vec2 at = gl_FragCoord.xy * pass.xy;
    vec3 from = ray_origin(at), along = ray_direction(at);
    vec2 span = through_box(from, along, low.xyz, high.xyz);
    float begin = coarse_scale > 0.0 ? texelFetch(coarse, ivec2(gl_FragCoord.xy * coarse_scale), 0).r : span.x;
    float t = max(max(begin, span.x), 0.0), nearest = 1e3, there = -1.0, hit = 0.0;
    for (int i = 0; i < steps; i++) {
        float d = person(from + along * t), reach = stop.x + stop.y * t;
        float apart = d / (pass.z * t + pass.w);          // in radii of the pixel
        there = apart < nearest ? t : there;
        nearest = min(nearest, apart);
        if (d < reach) { hit = 1.0; break; }
        t += 0.90 * (d - step_back * reach) + 0.0005;
        if (t > span.y) break;
    }
    if (step_back > 0.0) {
        bool maybe = hit > 0.0 || t < span.y;             // also when the steps ran out
        found = vec2(maybe && span.y > span.x ? max(t - stop.x - stop.y * t, 0.0) : -1.0, 1.0);
    } else {
        float cover = hit > 0.0 ? 1.0 : clamp(0.5 - 0.5 * nearest, 0.0, 1.0);
        found = vec2(cover > 0.03 ? (hit > 0.0 ? t : there) : -1.0, cover);
    }
}
