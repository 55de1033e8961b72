DROP FUNCTION categorised_by_hand(jsonb, text, text);
