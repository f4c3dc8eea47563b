"""The Rasa server's side. Whoever imports Rasa imports this first: TensorFlow may be absent."""

from bot.absent import stand_in

stand_in()
