# x (n, h, w, d) -> (n, h, w, d): attention within windows of ${window_height} x ${window_width}
# tokens, shifted by ${shift_height} x ${shift_width}.
#
# bias (windows or 1, heads or 1, tokens, tokens) is added to the logits: position bias and shift
# mask together. Windows are folded into the head axis, so that it needs no copy for each sample.
#
# As convolutions of one pixel, whose values and gradients oneDNN computes, float32 layers are faster
# on a CPU than as products of matrices. A CPU has no fused attention that passes gradients to bias.
def forward(self, x: Tensor, qkv_weight: Tensor, q_bias: Tensor, v_bias: Tensor, logit_scale: Tensor, proj_weight: Tensor, proj_bias: Tensor, bias: Tensor) -> Tensor:
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
  top = 0
  left = 0
  if ${rolled}:
    x = torch.roll(x, [-${shift_height}, -${shift_width}], [1, 2])
  if ${bordered}:
    top = (rows - ${shift_height}) % rows
    left = (columns - ${shift_width}) % columns
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
    factor = 1.
  else:
    factor = depth ** -0.5

  if ${has_bias}:
    logits = torch.expand(bias, [windows, heads, tokens, tokens])
    logits = torch.reshape(logits, [1, windows * heads, tokens, tokens])
    if ${query_key} and ${explicit}:
      products = torch.matmul(q * factor, torch.transpose(k, -2, -1))
      weights = torch.softmax(torch.add_(torch.to(products, 6), logits), -1)
      y = torch.matmul(torch.to(weights, ${precision}), v)
    elif ${query_key}:
      y = torch.scaled_dot_product_attention(q, k, v, torch.to(logits, ${precision}), 0., False, scale=factor)
    else:
      y = torch.matmul(torch.to(torch.softmax(logits, -1), ${precision}), v)
  else:
    y = torch.scaled_dot_product_attention(q, k, v, None, 0., False, scale=factor)

  y = torch.reshape(y, [n, down, across, heads, rows, columns, depth])
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
