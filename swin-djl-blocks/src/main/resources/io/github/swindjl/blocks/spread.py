# table (positions, heads) by relative position -> (tokens * tokens, heads): its row for each pair of
# tokens of a window of ${height} x ${width}, first by the query, then by the key. x only says whose
# manager owns the result.
#
# The same as gathering rows by their index, but its gradient is sums along axes, whose order is
# fixed, where that of a gathering is added up by many threads of a GPU in any order.
def forward(self, x: Tensor, table: Tensor) -> Tensor:
  heads = table.size(1)
  y = torch.reshape(table, [2 * ${height} - 1, (2 * ${width} - 1) * heads])
  y = torch.reshape(self.differences(y, ${height}), [${height} * ${height}, 2 * ${width} - 1, heads])
  y = torch.reshape(torch.permute(y, [1, 0, 2]), [2 * ${width} - 1, -1])
  y = torch.reshape(self.differences(y, ${width}), [${width}, ${width}, ${height}, ${height}, heads])
  return torch.reshape(torch.permute(y, [2, 0, 3, 1, 4]), [-1, heads])

# x (2 * size - 1, d) -> (size, size, d) that holds row i - j + size - 1 at i, j: copies of x one under
# the other, cut into lines that are one shorter than x, so that each begins one further back.
def differences(self, x: Tensor, size: int) -> Tensor:
  length = 2 * size - 1
  depth = x.size(1)
  if size == 1:
    y = torch.unsqueeze(x, 0)
  else:
    copies = torch.expand(torch.unsqueeze(torch.flip(x, [0]), 0), [size, length, depth])
    y = torch.reshape(copies, [size * length, depth])
    y = torch.slice(y, 0, size - 1, size - 1 + size * (length - 1))
    y = torch.slice(torch.reshape(y, [size, length - 1, depth]), 1, 0, size)
  return y
