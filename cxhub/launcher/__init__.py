"""What `manage.py` does before Django: the environment, the embedded services and the processes. Plain Python."""
