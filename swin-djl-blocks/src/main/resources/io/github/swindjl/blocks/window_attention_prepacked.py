# x (n, h, w, d) -> (n, h, w, d): x plus its attention within windows of ${tokens} tokens, with the
# norm before or after the attention; weights in oneDNN's own layout.
#
# split (3, windows * heads * tokens) says which rows of d / heads values make up the queries, keys
# and values of each window; join (h * w * heads) where each token's rows are found afterwards. They
# move, cut and pad windows in the one copy that bringing heads together needs anyway. A few samples,
# or a few windows of one, at a time, so that what lies between stays in the processor's cache.
def forward(self, x: Tensor, norm_weight: Tensor, norm_bias: Tensor, qkv_weight: Tensor, qkv_bias: Tensor, gain: Tensor, proj_weight: Tensor, proj_bias: Tensor, bias: Tensor, split: Tensor, join: Tensor) -> Tensor:
  n, height, width, channels = x.size()
  heads = ${heads}
  tokens = ${tokens}
  depth = channels // heads
  length = height * width
  windows = split.size(1) // (heads * tokens)
  batch = ops.prim.max(${rows} // length, 1)
  step = ops.prim.max(${rows} // tokens, 1) * heads * tokens

  results = annotate(List[Tensor], [])
  for part in torch.split(torch.reshape(x, [n, length, channels]), batch):
    count = part.size(0)
    y = part
    if ${norm_first}:
      y = torch.layer_norm(y, [channels], norm_weight, norm_bias, ${epsilon})
    y = torch.to(y, ${precision})
    if ${padded}:
      y = torch.constant_pad_nd(y, [0, 0, 1, 0], 0)
    y = ops.mkldnn._linear_pointwise(y, qkv_weight, qkv_bias, "none", [], "")
    rows = torch.reshape(y, [-1, depth])
    index = torch.unsqueeze(split, 1)
    if count > 1:
      first = torch.arange(count, dtype=3) * (rows.size(0) // count)
      index = index + torch.reshape(first, [1, count, 1])

    outputs = annotate(List[Tensor], [])
    start = 0
    for chosen in torch.split(index, step, 2):
      some = chosen.size(2) // (heads * tokens)
      qkv = torch.index_select(rows, 0, torch.reshape(chosen, [-1]))
      q, k, v = torch.unbind(torch.reshape(qkv, [3, count * some * heads, tokens, depth]))
      factor = depth ** -0.5
      if ${cosine}:
        pair = torch.slice(torch.reshape(qkv, [3, count * some, heads, tokens, depth]), 0, 0, 2)
        pair = torch.to(pair, 6)
        size = torch.linalg_vector_norm(pair, 2, [-1], True)
        pair = torch.to(pair * (gain / torch.clamp_min(size, 1e-12)), ${precision})
        q, k = torch.unbind(torch.reshape(pair, [2, count * some * heads, tokens, depth]))
        factor = 1.
      if ${has_bias}:
        added = bias
        if bias.size(0) > 1:
          added = torch.slice(bias, 0, start, start + some)
        added = torch.reshape(torch.expand(added, [count, some, heads, tokens, tokens]), [-1, tokens, tokens])
        if ${query_key}:
          logits = torch.baddbmm(torch.to(added, ${precision}), q, torch.transpose(k, 1, 2), alpha=factor)
        else:
          logits = torch.to(added, ${precision})
      else:
        logits = torch.bmm(q * factor, torch.transpose(k, 1, 2))
      o = torch.bmm(torch.softmax(logits, -1), v)
      outputs = torch.append(outputs, torch.reshape(o, [count, -1, depth]))
      start = start + some
    y = outputs[0]
    if torch.len(outputs) > 1:
      y = torch.cat(outputs, 1)
    y = torch.reshape(torch.index_select(y, 1, join), [count, length, channels])
    if ${norm_first} and ${precision} == 6:
      y = ops.mkldnn._linear_pointwise(y, part, proj_weight, proj_bias, "add")
    else:
      y = torch.to(ops.mkldnn._linear_pointwise(y, proj_weight, proj_bias, "none", [], ""), 6)
      if not ${norm_first}:
        y = torch.layer_norm(y, [channels], norm_weight, norm_bias, ${epsilon})
      y = torch.add_(y, part)
    results = torch.append(results, y)
  y = results[0]
  if torch.len(results) > 1:
    y = torch.cat(results)
  return torch.reshape(y, [n, height, width, channels])
