# x (n, h, w, 3) bytes -> (n, 3, h, w) float32: to 0..1, then each channel by its mean and deviation.
def forward(self, x: Tensor) -> Tensor:
  x = torch.to(torch.contiguous(torch.permute(x, [0, 3, 1, 2])), 6) / 255.
  mean = torch.tensor([${mean0}, ${mean1}, ${mean2}], dtype=6, device=x.device)
  deviation = torch.tensor([${std0}, ${std1}, ${std2}], dtype=6, device=x.device)
  return (x - torch.view(mean, [3, 1, 1])) / torch.view(deviation, [3, 1, 1])
