"""What a person looks at: Folium maps and the pages around them."""
