-- What people ask the store.

CREATE VIEW album_overview AS
    SELECT album.album_id, album.title, artist.name AS artist,
        count(track.track_id) AS tracks,
        coalesce(sum(track.unit_price), 0) AS price,
        coalesce(sum(track.milliseconds), 0) AS milliseconds
    FROM album
    JOIN artist USING (artist_id)
    LEFT JOIN track USING (album_id)
    GROUP BY album.album_id, artist.artist_id;
COMMENT ON VIEW album_overview IS 'Albums with artist, number of tracks, price and playing time';
GRANT SELECT ON album_overview TO anon, authenticated;

CREATE FUNCTION tracks_of_artist(artist_name text) RETURNS SETOF track
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT track.* FROM track
        JOIN album USING (album_id)
        JOIN artist USING (artist_id)
        WHERE artist.name = artist_name
        ORDER BY album.album_id, track.track_id;
    END;
COMMENT ON FUNCTION tracks_of_artist(text) IS 'Everything the store has of one artist';
GRANT EXECUTE ON FUNCTION tracks_of_artist(text) TO anon, authenticated;

CREATE FUNCTION sales_of_day(day date) RETURNS numeric
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    taken numeric;
BEGIN
    SELECT coalesce(sum(total), 0) INTO taken
    FROM invoice
    WHERE invoice_date >= day AND invoice_date < day + 1;
    RETURN taken;
END
$$;
COMMENT ON FUNCTION sales_of_day(date) IS 'Takings of one day, as far as the caller may see them';
GRANT EXECUTE ON FUNCTION sales_of_day(date) TO authenticated;
