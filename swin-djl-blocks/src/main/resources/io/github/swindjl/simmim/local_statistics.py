# x (n, channels, height, width): mean and deviation, by the unbiased variance, of the square around each pixel.
def forward(self, x: Tensor) -> List[Tensor]:
  window = [${side}, ${side}]
  padding = [${side} // 2, ${side} // 2]
  mean = torch.avg_pool2d(x, window, [1, 1], padding, False, False)
  square = torch.avg_pool2d(x * x, window, [1, 1], padding, False, False)
  count = torch.avg_pool2d(torch.ones_like(x), window, [1, 1], padding, False, True) * (${side} * ${side})
  variance = torch.clamp((square - mean * mean) * (count / (count - 1.)), 0.)
  return [mean, torch.sqrt(variance + 1e-6)]
