-- The one-stop that hands the result over, where the receipt names another than the receiving one. Only then the receiver apologises
-- for itself: what the list held of it rested on who settles.
ALTER TABLE dossier_case ADD COLUMN returner text;
DELETE FROM apology_need WHERE duty = 'receiver';
