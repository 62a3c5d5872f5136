// The far view's painter: discs, edges and nodes in three instanced draws of WebGL 2, so that thousands cost as little as ten.

export type Rgba = readonly [number, number, number, number]

export interface Circle {
  x: number
  y: number
  r: number
  fill: Rgba
  /** Ring around it: colour of the good part, and the shares of client and server errors. */
  ring: Rgba
  client: number
  server: number
  /** Width of the ring in px; 0 is none. */
  width: number
}

export interface Line {
  ax: number
  ay: number
  bx: number
  by: number
  colour: Rgba
  width: number
  dashed: boolean
}

export interface View {
  x: number
  y: number
  k: number
}

const CIRCLE_FLOATS = 14
const LINE_FLOATS = 10

const CIRCLE_VERTEX = `#version 300 es
layout(location=0) in vec2 corner;
layout(location=1) in vec3 place;
layout(location=2) in vec4 fill;
layout(location=3) in vec4 ring;
layout(location=4) in vec3 share;
uniform vec3 view;
uniform vec2 size;
uniform float density;
out vec2 at; out vec4 vFill; out vec4 vRing; out vec3 vShare; out float vRadius;
void main() {
  float r = place.z * view.z;
  float grown = r + share.z + 1.5;
  vec2 px = (place.xy * view.z + view.xy) + corner * grown;
  at = corner * grown * density;
  vRadius = r * density;
  vFill = fill; vRing = ring; vShare = vec3(share.xy, share.z * density);
  gl_Position = vec4(px / size * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
}`

const CIRCLE_FRAGMENT = `#version 300 es
precision highp float;
in vec2 at; in vec4 vFill; in vec4 vRing; in vec3 vShare; in float vRadius;
uniform vec4 clientColour;
uniform vec4 serverColour;
out vec4 colour;
void main() {
  float d = length(at);
  float inside = clamp(vRadius - d + 0.5, 0.0, 1.0);
  vec4 body = vFill * inside;
  float band = vShare.z > 0.0 ? clamp(d - vRadius + vShare.z + 0.5, 0.0, 1.0) * clamp(vRadius + 0.5 - d, 0.0, 1.0) : 0.0;
  float turn = fract(atan(at.x, -at.y) / 6.2831853 + 1.0);
  vec4 part = turn < vShare.y ? serverColour : turn < vShare.x + vShare.y ? clientColour : vRing;
  colour = mix(body, vec4(part.rgb * part.a, part.a), band * part.a);
  if (colour.a < 0.003) discard;
}`

const LINE_VERTEX = `#version 300 es
layout(location=0) in vec2 corner;
layout(location=1) in vec4 ends;
layout(location=2) in vec4 tone;
layout(location=3) in vec2 style;
uniform vec3 view;
uniform vec2 size;
out vec4 vTone; out vec2 vAlong; out float vDashed; out float vAcross; out float vHalf;
void main() {
  vec2 a = ends.xy * view.z + view.xy;
  vec2 b = ends.zw * view.z + view.xy;
  vec2 along = b - a;
  float span = max(length(along), 0.001);
  vec2 unit = along / span;
  vec2 normal = vec2(-unit.y, unit.x);
  float wide = style.x / 2.0 + 1.0;
  float t = corner.x * 0.5 + 0.5;
  vec2 px = mix(a, b, t) + normal * corner.y * wide;
  vTone = tone; vAlong = vec2(t, t * span); vDashed = style.y; vAcross = corner.y * wide; vHalf = style.x / 2.0;
  gl_Position = vec4(px / size * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
}`

// A line is faint where it leaves and strong where it arrives: the direction without an arrow head.
const LINE_FRAGMENT = `#version 300 es
precision highp float;
in vec4 vTone; in vec2 vAlong; in float vDashed; in float vAcross; in float vHalf;
out vec4 colour;
void main() {
  float edge = clamp(vHalf + 0.5 - abs(vAcross), 0.0, 1.0);
  float gap = vDashed > 0.5 && fract(vAlong.y / 9.0) > 0.55 ? 0.0 : 1.0;
  float a = vTone.a * edge * gap * mix(0.28, 1.0, vAlong.x);
  if (a < 0.003) discard;
  colour = vec4(vTone.rgb * a, a);
}`

export class Renderer {
  private readonly gl: WebGL2RenderingContext
  private readonly circles: Batch
  private readonly lines: Batch

  private static idle: Renderer | null = null

  /** Makes one ahead of time: a context and its programs take longer than a drawing, and may be made while an answer is waited for. */
  static prepare(): void {
    Renderer.idle ??= Renderer.create()
  }

  /** One that nobody uses, or a new one; null where the browser has no WebGL 2. */
  static take(): Renderer | null {
    const taken = Renderer.idle ?? Renderer.create()
    Renderer.idle = null
    return taken?.gl.isContextLost() ? Renderer.create() : taken
  }

  /** Gives it back for who draws next. */
  release(): void {
    this.canvas.remove()
    Renderer.idle = this
  }

  private static create(): Renderer | null {
    const canvas = document.createElement('canvas')
    canvas.setAttribute('aria-hidden', 'true')
    const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true, alpha: true, powerPreference: 'low-power' })
    return gl ? new Renderer(canvas, gl) : null
  }

  private constructor(
    readonly canvas: HTMLCanvasElement,
    gl: WebGL2RenderingContext,
  ) {
    this.gl = gl
    this.circles = new Batch(gl, CIRCLE_VERTEX, CIRCLE_FRAGMENT, [3, 4, 4, 3])
    this.lines = new Batch(gl, LINE_VERTEX, LINE_FRAGMENT, [4, 4, 2])
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  }

  draw(view: View, width: number, height: number, density: number, layers: { discs: Circle[]; lines: Line[]; nodes: Circle[] }, client: Rgba, server: Rgba): void {
    const { gl } = this
    gl.viewport(0, 0, width * density, height * density)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
    const common = (program: WebGLProgram) => {
      gl.uniform3f(gl.getUniformLocation(program, 'view'), view.x, view.y, view.k)
      gl.uniform2f(gl.getUniformLocation(program, 'size'), width, height)
    }
    const round = (program: WebGLProgram) => {
      common(program)
      gl.uniform1f(gl.getUniformLocation(program, 'density'), density)
      gl.uniform4f(gl.getUniformLocation(program, 'clientColour'), ...client)
      gl.uniform4f(gl.getUniformLocation(program, 'serverColour'), ...server)
    }
    this.circles.draw(circleData(layers.discs), layers.discs.length, round)
    this.lines.draw(lineData(layers.lines), layers.lines.length, common)
    this.circles.draw(circleData(layers.nodes), layers.nodes.length, round)
  }
}

function circleData(list: Circle[]): Float32Array {
  const data = new Float32Array(list.length * CIRCLE_FLOATS)
  list.forEach((c, i) => {
    const [r, g, b, a] = c.fill
    data.set([c.x, c.y, c.r, r * a, g * a, b * a, a, ...c.ring, c.client, c.server, c.width], i * CIRCLE_FLOATS)
  })
  return data
}

function lineData(list: Line[]): Float32Array {
  const data = new Float32Array(list.length * LINE_FLOATS)
  list.forEach((l, i) => data.set([l.ax, l.ay, l.bx, l.by, ...l.colour, l.width, l.dashed ? 1 : 0], i * LINE_FLOATS))
  return data
}

class Batch {
  private readonly program: WebGLProgram
  private isChecked = false
  private readonly array: WebGLVertexArrayObject
  private readonly instances: WebGLBuffer

  constructor(
    private readonly gl: WebGL2RenderingContext,
    vertex: string,
    fragment: string,
    sizes: number[],
  ) {
    this.program = link(gl, vertex, fragment)
    this.array = gl.createVertexArray()
    this.instances = gl.createBuffer()
    gl.bindVertexArray(this.array)
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer())
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW)
    gl.enableVertexAttribArray(0)
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances)
    const stride = sizes.reduce((a, b) => a + b, 0) * 4
    let offset = 0
    sizes.forEach((size, i) => {
      gl.enableVertexAttribArray(i + 1)
      gl.vertexAttribPointer(i + 1, size, gl.FLOAT, false, stride, offset)
      gl.vertexAttribDivisor(i + 1, 1)
      offset += size * 4
    })
  }

  draw(data: Float32Array, count: number, uniforms: (program: WebGLProgram) => void): void {
    if (count === 0) return
    const { gl } = this
    // Asking sooner would wait for the compiler, which works beside the page.
    if (!this.isChecked) check(gl, this.program)
    this.isChecked = true
    gl.useProgram(this.program)
    uniforms(this.program)
    gl.bindVertexArray(this.array)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances)
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW)
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count)
  }
}

/** Compiles and links; the browser does so in the background until something is asked of the program. */
function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  return program
}

function check(gl: WebGL2RenderingContext, program: WebGLProgram): void {
  if (gl.getProgramParameter(program, gl.LINK_STATUS) || gl.isContextLost()) return
  const wrong = (gl.getAttachedShaders(program) ?? []).find((shader) => !gl.getShaderParameter(shader, gl.COMPILE_STATUS))
  throw new Error((wrong ? gl.getShaderInfoLog(wrong) : gl.getProgramInfoLog(program)) || 'the shaders do not link')
}
