# x (n, h, w, d) -> (n, h, w, d): attention within windows of ${window_height} x ${window_width}
# tokens, shifted by ${shift_height} x ${shift_width}.
#
# bias (windows or 1, heads or 1, tokens, tokens) is added to the logits: position bias and shift
# mask together. Windows are folded into the head axis, so that it needs no copy for each sample.
#
# As convolutions of one pixel, whose values and gradients oneDNN computes, float32 layers are faster
# on a CPU than as products of matrices. A CPU has no fused attention that passes gradients to bias, and a GPU's adds
# them up in any order.
def forward(self, x: Tensor, qkv_weight: Tensor, q_bias: Tensor, v_bias: Tensor, logit_scale: Tensor, proj_weight: Tensor, proj_bias: Tensor, bias: Tensor) -> Tensor:
  q, k, v = self.split(x, qkv_weight, q_bias, v_bias, logit_scale)
  windows = q.size(1) // ${heads}
  return self.join(self.attend(q, k, v, bias, windows), x, proj_weight, proj_bias)

# The rows and columns that lie before the map in its windows.
def border(self, x: Tensor) -> Tuple[int, int]:
  top = 0
  left = 0
  if ${bordered}:
    top = (${window_height} - ${shift_height}) % ${window_height}
    left = (${window_width} - ${shift_width}) % ${window_width}
  return (top, left)

# Queries, keys and values of all windows, each (n, windows * heads, tokens, d / heads).
def split(self, x: Tensor, qkv_weight: Tensor, q_bias: Tensor, v_bias: Tensor, logit_scale: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  n, height, width, channels = x.size()
  rows = ${window_height}
  columns = ${window_width}
  heads = ${heads}
  tokens = rows * columns
  depth = channels // heads

  x = torch.to(x, ${precision})
  bottom = (rows - height % rows) % rows
  right = (columns - width % columns) % columns
  if bottom + right > 0:
    x = torch.constant_pad_nd(x, [0, 0, 0, right, 0, bottom], 0)
  if ${rolled}:
    x = torch.roll(x, [-${shift_height}, -${shift_width}], [1, 2])
  if ${bordered}:
    top, left = self.border(x)
    x = torch.constant_pad_nd(x, [0, 0, left, (columns - left) % columns, top, (rows - top) % rows], 0)
  down = x.size(1) // rows
  across = x.size(2) // columns
  windows = down * across

  x = torch.reshape(x, [n, down, rows, across, columns, channels])
  x = torch.reshape(torch.permute(x, [0, 1, 3, 2, 4, 5]), [n * windows, tokens, channels])
  weight = torch.to(qkv_weight, ${precision})
  if ${has_qkv_bias}:
    added = q_bias
    if ${cosine}:
      added = torch.cat([q_bias, torch.zeros_like(q_bias), v_bias])
    full_bias = annotate(Optional[Tensor], torch.to(added, ${precision}))
  else:
    full_bias = annotate(Optional[Tensor], None)
  if ${convolution}:
    x = torch.permute(torch.reshape(x, [1, -1, 1, channels]), [0, 3, 1, 2])
    qkv = torch.conv2d(x, torch.reshape(weight, [3 * channels, channels, 1, 1]), full_bias)
    qkv = torch.permute(qkv, [0, 2, 3, 1])
  else:
    qkv = torch.linear(x, weight, full_bias)
  qkv = torch.permute(torch.reshape(qkv, [n, windows, tokens, 3, heads, depth]), [3, 0, 1, 4, 2, 5])
  q, k, v = torch.unbind(torch.reshape(qkv, [3, n, windows * heads, tokens, depth]))

  if ${cosine}:
    scale = torch.exp(torch.clamp_max(logit_scale, 4.6051701859880918))
    # Keys of padding are zero. Divided by 1e-12 they would have gradients that overflow a half.
    q = torch.to(q, 6)
    length = torch.linalg_vector_norm(q, 2, [-1], True)
    q = q / torch.masked_fill(torch.clamp_min(length, 1e-12), torch.eq(length, 0), inf)
    q = torch.to(q * torch.repeat(scale, [windows, 1, 1]), ${precision})
    k = torch.to(k, 6)
    length = torch.linalg_vector_norm(k, 2, [-1], True)
    k = k / torch.masked_fill(torch.clamp_min(length, 1e-12), torch.eq(length, 0), inf)
    k = torch.to(k, ${precision})
  return (q, k, v)

# What products of queries and keys are multiplied with.
def factor(self, q: Tensor) -> float:
  if ${cosine}:
    factor = 1.
  else:
    factor = q.size(3) ** -0.5
  return factor

# The attention of some windows, or of some heads of one.
def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, windows: int) -> Tensor:
  pairs = q.size(1)
  tokens = q.size(2)
  factor = self.factor(q)
  if ${has_bias}:
    logits = torch.expand(bias, [windows, pairs // windows, tokens, tokens])
    logits = torch.reshape(logits, [1, pairs, tokens, tokens])
    if ${query_key} and ${explicit}:
      products = torch.matmul(q * factor, torch.transpose(k, -2, -1))
      weights = torch.softmax(torch.add_(torch.to(products, 6), logits), -1)
      y = torch.matmul(torch.to(weights, ${precision}), v)
    elif ${query_key}:
      y = torch.scaled_dot_product_attention(q, k, v, torch.to(logits, ${precision}), 0., False, scale=factor)
    else:
      y = torch.matmul(torch.to(torch.softmax(logits, -1), ${precision}), v)
  elif ${deterministic}:
    products = torch.to(torch.matmul(q * factor, torch.transpose(k, -2, -1)), 6)
    y = torch.matmul(torch.to(torch.softmax(products, -1), ${precision}), v)
  else:
    y = torch.scaled_dot_product_attention(q, k, v, None, 0., False, scale=factor)
  return y

# The map of the windows' results y, from which x tells the size.
def join(self, y: Tensor, x: Tensor, proj_weight: Tensor, proj_bias: Tensor) -> Tensor:
  n, height, width, channels = x.size()
  rows = ${window_height}
  columns = ${window_width}
  heads = ${heads}
  top, left = self.border(x)
  down = (height + rows - 1) // rows + ops.prim.min(top, 1)
  across = (width + columns - 1) // columns + ops.prim.min(left, 1)
  y = torch.reshape(y, [n, down, across, heads, rows, columns, channels // heads])
  y = torch.permute(y, [0, 1, 4, 2, 5, 3, 6])
  y = torch.reshape(y, [n, down * rows, across * columns, channels])
  if ${rolled}:
    y = torch.roll(y, [${shift_height}, ${shift_width}], [1, 2])
  y = torch.slice(torch.slice(y, 1, top, top + height), 2, left, left + width)
  if ${convolution}:
    y = torch.permute(torch.contiguous(y), [0, 3, 1, 2])
    y = torch.conv2d(y, torch.reshape(proj_weight, [channels, channels, 1, 1]), proj_bias)
    y = torch.permute(y, [0, 2, 3, 1])
  else:
    y = torch.linear(y, torch.to(proj_weight, ${precision}), torch.to(proj_bias, ${precision}))
  return torch.to(y, 6)

# Queries, keys and values in one array (3, n, windows, heads, tokens, d / heads).
def stacked(self, x: Tensor, qkv_weight: Tensor, q_bias: Tensor, v_bias: Tensor, logit_scale: Tensor) -> Tensor:
  q, k, v = self.split(x, qkv_weight, q_bias, v_bias, logit_scale)
  n, pairs, tokens, depth = q.size()
  return torch.reshape(torch.stack([q, k, v]), [3, n, pairs // ${heads}, ${heads}, tokens, depth])

# How many windows and heads fit into ${score_bytes} bytes of float32 scores at once.
def at_once(self, qkv: Tensor) -> Tuple[int, int]:
  n = qkv.size(1)
  tokens = qkv.size(4)
  pairs = ops.prim.max(${score_bytes} // (4 * n * tokens * tokens), 1)
  return (ops.prim.max(pairs // ${heads}, 1), ops.prim.min(pairs, ${heads}))

# Some windows and heads of an array (n, windows, heads, tokens, d) as (n, pairs, tokens, d).
def piece(self, x: Tensor, window: int, windows: int, head: int, heads: int) -> Tensor:
  some = torch.slice(torch.slice(x, 1, window, window + windows), 2, head, head + heads)
  return torch.reshape(some, [x.size(0), -1, x.size(3), x.size(4)])

# What is added to the logits of some windows and heads: position bias (1, heads, tokens, tokens) and
# mask (windows, tokens, tokens), as far as there are.
def added(self, bias: Tensor, mask: Tensor, window: int, windows: int, head: int, heads: int) -> Tensor:
  part = bias
  if ${has_position}:
    part = torch.slice(bias, 1, head, head + heads)
  if ${has_mask}:
    shown = torch.unsqueeze(torch.slice(mask, 0, window, window + windows), 1)
    if ${has_position}:
      part = part + shown
    else:
      part = shown
  return part

# Attention of all windows, a few windows or heads at a time.
def attend_in_parts(self, qkv: Tensor, bias: Tensor, mask: Tensor) -> Tensor:
  q, k, v = torch.unbind(qkv)
  y = torch.empty_like(q)
  windows, heads = self.at_once(qkv)
  for i in range((q.size(1) + windows - 1) // windows):
    for j in range((q.size(2) + heads - 1) // heads):
      a = i * windows
      b = j * heads
      count = ops.prim.min(windows, q.size(1) - a)
      part = torch.slice(torch.slice(y, 1, a, a + windows), 2, b, b + heads)
      found = self.attend(self.piece(q, a, windows, b, heads), self.piece(k, a, windows, b, heads), self.piece(v, a, windows, b, heads), self.added(bias, mask, a, windows, b, heads), count)
      torch.copy_(part, torch.reshape(found, part.size()))
  return y

# The gradients of qkv and bias from that of the result of attend_in_parts.
def gradients(self, qkv: Tensor, bias: Tensor, mask: Tensor, gradient: Tensor) -> Tuple[Tensor, Tensor]:
  q, k, v = torch.unbind(qkv)
  qkv_gradient = torch.empty_like(qkv)
  bias_gradient = bias
  if ${has_position}:
    bias_gradient = torch.zeros_like(bias)
  factor = self.factor(torch.select(q, 0, 0))
  windows, heads = self.at_once(qkv)
  for i in range((q.size(1) + windows - 1) // windows):
    for j in range((q.size(2) + heads - 1) // heads):
      a = i * windows
      b = j * heads
      scaled = self.piece(q, a, windows, b, heads) * factor
      keys = self.piece(k, a, windows, b, heads)
      values = self.piece(v, a, windows, b, heads)
      g = self.piece(gradient, a, windows, b, heads)
      count = ops.prim.min(windows, q.size(1) - a)
      n, pairs, tokens, depth = keys.size()
      products = torch.to(torch.matmul(scaled, torch.transpose(keys, -2, -1)), 6)
      if ${has_bias}:
        logits = torch.expand(self.added(bias, mask, a, windows, b, heads), [count, pairs // count, tokens, tokens])
        products = torch.add_(products, torch.reshape(logits, [1, pairs, tokens, tokens]))
      weights = torch.softmax(products, -1)
      value_gradient = torch.matmul(torch.transpose(torch.to(weights, ${precision}), -2, -1), g)
      scores = torch.to(torch.matmul(g, torch.transpose(values, -2, -1)), 6)
      scores = torch._softmax_backward_data(scores, weights, -1, 6)
      if ${has_position}:
        summed = torch.sum(torch.reshape(scores, [n, count, pairs // count, tokens, tokens]), [0, 1])
        torch.add_(torch.slice(torch.select(bias_gradient, 0, 0), 0, b, b + heads), summed)
      scores = torch.to(scores, ${precision})
      key_gradient = torch.matmul(torch.transpose(scores, -2, -1), scaled)
      query_gradient = torch.matmul(scores, keys) * factor
      part = torch.slice(torch.slice(qkv_gradient, 2, a, a + windows), 3, b, b + heads)
      torch.copy_(part, torch.reshape(torch.stack([query_gradient, key_gradient, value_gradient]), part.size()))
  return (qkv_gradient, bias_gradient)
