"""RabbitMQ (AMQP 0.9.1). CloudEvents stand as in their AMQP binding 1.0.2; headers are its application properties."""
