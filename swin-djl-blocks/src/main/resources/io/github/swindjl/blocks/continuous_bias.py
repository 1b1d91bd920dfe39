# 16 * sigmoid of a two-layer network over coordinates (positions, 2), gathered by
# index (tokens * tokens), less each row's largest value, plus mask (windows, tokens, tokens)
# -> (windows or 1, heads, tokens, tokens). x only says whose manager owns the result.
def forward(self, x: Tensor, coordinates: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, index: Tensor, mask: Tensor) -> Tensor:
  table = self.table(x, coordinates, weight1, bias1, weight2)
  return self.bias(x, torch.index_select(table, 0, index), mask)

# What the network says, (positions, heads).
def table(self, x: Tensor, coordinates: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor) -> Tensor:
  return torch.linear(torch.relu(torch.linear(coordinates, weight1, bias1)), weight2)

# The result from the table's rows that index names, (tokens * tokens, heads).
def bias(self, x: Tensor, rows: Tensor, mask: Tensor) -> Tensor:
  bias = torch.permute(torch.reshape(rows, [1, ${tokens}, ${tokens}, ${heads}]), [0, 3, 1, 2])
  bias = torch.sigmoid(bias) * 16.
  # Softmax does not see the difference, and a low precision keeps what weighs most exact.
  bias = bias - torch.amax(torch.detach(bias), [-1], True)
  if ${masked}:
    bias = bias + torch.unsqueeze(mask, 1)
  return torch.contiguous(bias)
