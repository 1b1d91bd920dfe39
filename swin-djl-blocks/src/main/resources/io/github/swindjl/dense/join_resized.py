# sum (n, out, rows, columns) plus the share of x (n, d, h, w), as if x were resized to rows and columns
# before: the nine taps as linear layers on x, which two products with matrices that resize and move
# by one position then bring into place. weight (out, ${first} + d and more, 3, 3).
def forward(self, sum: Tensor, x: Tensor, weight: Tensor) -> Tensor:
  n, depth, height, width = x.size()
  out = sum.size(1)
  rows = sum.size(2)
  columns = sum.size(3)
  part = torch.slice(weight, 1, ${first}, ${first} + depth)
  # Columns of taps first, then rows.
  taps = torch.to(torch.reshape(torch.permute(part, [3, 2, 0, 1]), [9 * out, depth]), ${precision})
  x = torch.to(x, ${precision})
  if ${deterministic}:
    y = torch.matmul(taps, torch.reshape(x, [n, depth, height * width]))
  else:
    y = torch.conv2d(x, torch.reshape(taps, [9 * out, depth, 1, 1]))
  y = torch.reshape(torch.to(y, 6), [n, 3, 3 * out * height, width])

  # (width, columns + 2): what each position gives to each position of the result and its border.
  across = torch.unsqueeze(torch.eye(width, dtype=6, device=x.device), 0)
  across = torch.constant_pad_nd(torch.upsample_linear1d(across, [columns], False), [1, 1])
  down = torch.unsqueeze(torch.eye(height, dtype=6, device=x.device), 0)
  down = torch.constant_pad_nd(torch.upsample_linear1d(down, [rows], False), [1, 1])

  count = n * 3 * out * height
  moved = torch.mm(torch.reshape(torch.select(y, 1, 0), [count, width]), torch.slice(across[0], 1, 0, columns))
  for tap in [1, 2]:
    chosen = torch.reshape(torch.select(y, 1, tap), [count, width])
    moved = torch.addmm(moved, chosen, torch.slice(across[0], 1, tap, tap + columns))
  moved = torch.reshape(moved, [n, 3, out, height, columns])

  result = torch.reshape(sum, [n * out, rows, columns])
  for tap in [0, 1, 2]:
    matrix = torch.transpose(torch.slice(down, 2, tap, tap + rows), 1, 2)
    chosen = torch.reshape(torch.select(moved, 1, tap), [n * out, height, columns])
    result = torch.baddbmm(result, torch.expand(matrix, [n * out, rows, height]), chosen)
  return torch.reshape(result, [n, out, rows, columns])
