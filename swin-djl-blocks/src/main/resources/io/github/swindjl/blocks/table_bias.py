# table (positions, heads), index (tokens * tokens), mask (windows, tokens, tokens)
# -> (windows or 1, heads, tokens, tokens). x only says whose manager owns the result.
def forward(self, x: Tensor, table: Tensor, index: Tensor, mask: Tensor) -> Tensor:
  return self.bias(x, torch.index_select(table, 0, index), mask)

# The same from the rows that index names, (tokens * tokens, heads).
def bias(self, x: Tensor, rows: Tensor, mask: Tensor) -> Tensor:
  bias = torch.permute(torch.reshape(rows, [1, ${tokens}, ${tokens}, ${heads}]), [0, 3, 1, 2])
  if ${masked}:
    bias = bias + torch.unsqueeze(mask, 1)
  return torch.contiguous(bias)
