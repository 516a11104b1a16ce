"""What pages and API share: the actor of a request, the words of a refusal, paging, safety."""
