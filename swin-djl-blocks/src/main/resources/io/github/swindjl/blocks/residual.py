# keep holds 0 or 1 / (1 - p) for each sample; without dropping it is not read.
def forward(self, x: Tensor, branch: Tensor, keep: Tensor) -> Tensor:
  if ${dropping}:
    y = torch.addcmul(x, branch, keep)
  else:
    y = x + branch
  return y
