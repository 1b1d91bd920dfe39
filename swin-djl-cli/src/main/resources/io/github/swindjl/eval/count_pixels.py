# Adds 1 to counts (${classes} * ${classes} + 2) of each pair of truth and predicted (h, w), uint8, in
# place; the last counts are that of pixels without a label, and that of others without a prediction.
def forward(self, counts: Tensor, truth: Tensor, predicted: Tensor) -> Tensor:
  cells = torch.to(truth, 4) * ${classes} + torch.to(predicted, 4)
  cells = torch.masked_fill(cells, torch.eq(predicted, 255), ${classes} * ${classes} + 1)
  cells = torch.masked_fill(cells, torch.eq(truth, 255), ${classes} * ${classes})
  cells = torch.reshape(cells, [-1])
  return torch.scatter_add_(counts, 0, cells, torch.ones_like(cells))
