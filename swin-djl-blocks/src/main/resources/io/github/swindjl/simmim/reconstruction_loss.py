# guessed and target (n, channels, height, width), mask (n, rows, columns) of patches.
def forward(self, guessed: Tensor, target: Tensor, mask: Tensor, scale: Tensor) -> List[Tensor]:
  n, channels, height, width = guessed.size()
  p = ${patch}
  difference = torch.reshape(torch.abs(target - guessed), [n, channels, height // p, p, width // p, p])
  hidden = torch.reshape(mask, [n, 1, height // p, 1, width // p, 1])
  loss = torch.sum(difference * hidden) / (torch.sum(mask) * (p * p) + 1e-5) / channels
  return [loss * scale * ${share}, torch.detach(loss)]
