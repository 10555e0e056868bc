"""From planned deliveries to messages that are accepted: nothing lost, nothing twice."""
