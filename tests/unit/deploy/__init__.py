"""What is deployed: images, compose, Kubernetes, nginx. No container engine runs here; these read what one would."""
