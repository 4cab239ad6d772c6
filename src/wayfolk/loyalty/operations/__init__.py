"""Writing what customers gain: points, packages, extras, and the lists behind them."""
